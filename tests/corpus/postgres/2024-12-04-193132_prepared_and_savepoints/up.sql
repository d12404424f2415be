SAVEPOINT before_guess;
INSERT INTO public.literals (id, value) VALUES (100, 'guess;');
ROLLBACK TO SAVEPOINT before_guess;
RELEASE SAVEPOINT before_guess;
PREPARE add_literal (integer, text) AS INSERT INTO public.literals (id, value) VALUES ($1, $2);
EXECUTE add_literal(100, 'prepared;');
DEALLOCATE add_literal;
LOCK TABLE public.literals IN SHARE ROW EXCLUSIVE MODE;
