CREATE TABLE audit.entries (
    id bigint GENERATED ALWAYS AS IDENTITY,
    at timestamptz NOT NULL DEFAULT now(),
    actor name NOT NULL DEFAULT current_user,
    relation regclass NOT NULL,
    change "char" NOT NULL,
    before jsonb,
    after jsonb
);
CREATE FUNCTION audit.record() RETURNS trigger AS $audit$
DECLARE
    query text := $q$INSERT INTO audit.entries (relation, change, before, after) VALUES ($1, $2, $3, $4);$q$;
BEGIN
    IF TG_OP = 'DELETE' THEN
        EXECUTE query USING TG_RELID::regclass, 'D', to_jsonb(OLD), NULL::jsonb;
        RETURN OLD;
    ELSIF TG_OP = 'UPDATE' THEN
        EXECUTE query USING TG_RELID::regclass, 'U', to_jsonb(OLD), to_jsonb(NEW);
    ELSE
        EXECUTE query USING TG_RELID::regclass, 'I', NULL::jsonb, to_jsonb(NEW);
    END IF;
    RETURN NEW;
END
$audit$ LANGUAGE plpgsql SECURITY DEFINER SET search_path = audit, pg_temp;
CREATE TRIGGER audit_users AFTER INSERT OR UPDATE OR DELETE ON public.users FOR EACH ROW EXECUTE PROCEDURE audit.record();
