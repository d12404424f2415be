DROP TABLE public."Überweisungen; täglich";
