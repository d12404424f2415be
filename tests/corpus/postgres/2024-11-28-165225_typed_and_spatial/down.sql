DROP TABLE market.places;
DROP TABLE market.readings;
DROP TYPE market.reading;
