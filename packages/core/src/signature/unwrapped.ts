/** A secret's text without what copying and env files add: whitespace and one pair of quotes around it. */
export const unwrapped = (text: string): string => {
  const trimmed = text.trim()
  return /^(["'])(.*)\1$/s.exec(trimmed)?.[2]?.trim() ?? trimmed
}
