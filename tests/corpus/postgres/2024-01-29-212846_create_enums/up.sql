CREATE TYPE market.order_status AS ENUM ('draft', 'placed', 'paid', 'shiped', 'closed');
CREATE TYPE market.role AS ENUM ('buyer', 'seller', 'it''s complicated; ask');
CREATE TYPE public.priority AS ENUM ();
