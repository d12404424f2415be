CREATE TABLE public."Überweisungen; täglich" (
    "Schlüssel" serial PRIMARY KEY,
    größe numeric,
    名前 text DEFAULT '無名; 氏',
    U&"\0441\043b\043e\043d" text,
    "a""b" text,
    emoji text DEFAULT '🦀;🐘'
);
INSERT INTO public."Überweisungen; täglich" (größe, U&"\0441\043b\043e\043d") SELECT 1, 'x' WHERE false;
