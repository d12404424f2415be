DROP TRIGGER audit_users ON public.users;
DROP FUNCTION audit.record();
DROP TABLE audit.entries;
