SELECT at, value FROM readings ORDER BY at
