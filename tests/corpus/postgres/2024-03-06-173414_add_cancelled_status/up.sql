-- A value added in a transaction cannot be used in it, so this one runs outside.
ALTER TYPE market.order_status ADD VALUE IF NOT EXISTS 'cancelled' AFTER 'paid';
ALTER TYPE market.order_status ADD VALUE 'returned' BEFORE 'closed';
UPDATE market.orders SET status = 'cancelled' WHERE note = 'cancelled;';
