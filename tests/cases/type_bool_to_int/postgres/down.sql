ALTER TABLE users
    ALTER COLUMN age DROP DEFAULT,
    ALTER COLUMN age TYPE boolean USING age::boolean,
    ALTER COLUMN age SET DEFAULT false;
