/** Files that tools and editors leave behind, and that nobody writes on purpose. */
const leftover = [
  /\.log$/i,
  /\.(cpu|heap)profile$/,
  /\.heapsnapshot$/,
  /(^|\/)report\.\d{8}\..*\.json$/, // Node's diagnostic reports
  /(^|\/)core(\.\d+)?$/, // unless it is a folder, which git does not list
  /\.(dmp|dump|rdb|aof|tgz|orig|rej|tmp|temp|bak|swp|pid)$/i,
  /~$/,
  /(^|\/)(\.DS_Store|Thumbs\.db|nohup\.out)$/,
  /\.tsbuildinfo$/,
]

/**
 * The files among these that are leftovers.
 *
 * @param {readonly string[]} files
 */
export const leftoversAmong = (files) =>
  files.filter((file) => leftover.some((pattern) => pattern.test(file)))
