SELECT number, room, who FROM seats ORDER BY number
