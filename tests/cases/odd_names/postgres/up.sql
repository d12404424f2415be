ALTER TABLE "order" RENAME COLUMN "it's" TO "that's";

ALTER TABLE "order" ALTER COLUMN "back`tick" DROP NOT NULL;

CREATE INDEX order_group_idx ON "order" ("group");

ALTER TABLE "order" ADD CONSTRAINT "a check" CHECK (length('x'::text) = 1);
