/** The site has no links to social networks: nothing stands where the theme would draw one. */
export default { render: () => null }
