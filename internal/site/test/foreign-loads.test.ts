import { expect, test } from 'vitest'
import { foreignLoads } from '../src/foreign-loads.mjs'

test.for([
  ['a.html', '<script src="https://cdn.example/a.js"></script>'],
  ['a.html', '<link rel="preload" href=//cdn.example/a.css>'],
  ['a.html', '<img alt="" src="https://cdn.example/a.png">'],
  ['a.html', '<p style="background: url(https://cdn.example/a.png)"></p>'],
  ['a.css', '@font-face { src: url("https://cdn.example/a.woff2") }'],
  ['a.css', '@import "https://cdn.example/a.css";'],
  ['a.js', 'import("https://cdn.example/a.js")'],
  ['a.js', 'fetch(`https://cdn.example/a.json`)'],
  ['a.js', 'const icon = { src: "https://cdn.example/a.svg" }'],
  ['a.js', 'element.src = "https://cdn.example/a.js"'],
  ['a.js', 'const text = "<img src=\\"https://cdn.example/a.png\\">"'],
] as const)('in %s, %s loads from another host', ([name, text]) => {
  expect(foreignLoads(name, text)).toHaveLength(1)
})

test.for([
  ['a.html', '<a href="https://example.com">a link that a reader follows</a>'],
  ['a.html', '<script type="module" src="/assets/app.js"></script>'],
  ['a.css', 'a { background: url(/assets/a.png) }'],
  [
    'a.css',
    'a { mask: url("data:image/svg+xml,%3Csvg xmlns=%27http://www.w3.org/2000/svg%27%3E") }',
  ],
  ['a.js', 'document.createElementNS("http://www.w3.org/2000/svg", "path")'],
  ['a.png', 'url(https://cdn.example/a.png)'],
] as const)('in %s, %s loads nothing from another host', ([name, text]) => {
  expect(foreignLoads(name, text)).toEqual([])
})
