/** Shuffles a list within windows: nothing moves further than `window` places. */
export const reorderWindow = <Item>(
  items: readonly Item[],
  window: number,
  random: () => number,
): readonly Item[] =>
  items
    .map((item, index) => ({ item, rank: index + random() * window }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item)
