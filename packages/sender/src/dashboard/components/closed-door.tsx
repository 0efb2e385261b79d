/** What somebody sees who has no link. It says nothing about what is behind it. */
export const ClosedDoor = () => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>Open the link</title>
    </head>
    <body>
      <main>
        <h1>Open the link that the sender printed</h1>
        <p>
          This dashboard opens with the link that stands behind “Dashboard” where the sender was
          started. Each start makes a new one.
        </p>
      </main>
    </body>
  </html>
)
