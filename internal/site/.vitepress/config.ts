import { resolve } from 'node:path'
import { slug } from 'github-slugger'
import { defineConfig } from 'vitepress'
import { contentPolicy } from '../src/content-policy.mjs'
import { sidebar } from '../src/sidebar.mjs'
import { repository } from '../src/site-pages.mjs'

const root = resolve(import.meta.dirname, '../../..')
const noSocialLink = resolve(import.meta.dirname, 'theme/no-social-link.ts')

export default defineConfig({
  title: 'AINexLayer webhooks',
  description: 'Receive webhooks that are genuine, handled once and never lost, in TypeScript.',
  lang: 'en',
  srcDir: '.pages',
  outDir: 'dist',
  // Where a server does not serve the site at its root: `SITE_BASE=/webhooks/`.
  base: process.env['SITE_BASE'] ?? '/',
  // With these any file server serves the site.
  cleanUrls: false,
  head: [
    ['meta', { 'http-equiv': 'Content-Security-Policy', content: contentPolicy }],
    ['link', { rel: 'icon', href: 'data:,' }],
  ],
  markdown: {
    // As GitHub makes them, so that a link with an anchor leads to the same place on both.
    anchor: { slugify: slug },
    theme: { light: 'github-light', dark: 'github-dark' },
  },
  vite: {
    resolve: {
      // The theme's own would load icons from another host.
      alias: [{ find: /^.*\/VPSocialLink\.vue$/, replacement: noSocialLink }],
    },
    build: { chunkSizeWarningLimit: 4000 },
  },
  themeConfig: {
    nav: [
      { text: 'Start', link: '/choose' },
      { text: 'Reference', link: '/reference/' },
      { text: 'Changelog', link: '/changelog' },
      { text: 'Repository', link: repository },
    ],
    sidebar: sidebar(root),
    outline: [2, 3],
    search: { provider: 'local' },
    docFooter: { prev: 'Before', next: 'Next' },
  },
})
