DROP TABLE market.bookings;
