ALTER TABLE "order" DROP CONSTRAINT "a check";

DROP INDEX order_group_idx;

-- it may not be null here: nulls become a placeholder
UPDATE "order" SET "back`tick" = '1' WHERE "back`tick" IS NULL;

ALTER TABLE "order" ALTER COLUMN "back`tick" SET NOT NULL;

ALTER TABLE "order" RENAME COLUMN "that's" TO "it's";
