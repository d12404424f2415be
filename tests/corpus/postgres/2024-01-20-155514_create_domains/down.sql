DROP DOMAIN market.currency;
DROP DOMAIN market.slug;
DROP DOMAIN market.cents;
