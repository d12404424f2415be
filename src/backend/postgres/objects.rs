//! What PostgreSQL holds beside the tables of a schema, in one query.
//!
//! Each part gives what something is, its name, what it belongs to, and a definition in the server's
//! own words. What belongs to an extension goes with that. What every object has by default (its
//! creator owns it, the rights of `PUBLIC` to a function) is worked out by the server itself, so that
//! `GRANT` and `REVOKE` in turn leave nothing behind.

use crate::{
    backend::{Database, failure::DatabaseError, found},
    schema::inventory::Inventory,
};

/// Schemas of users, with what stands before a name in them; what extensions and range types
/// brought; relations.
const COMMON: &str = "\
WITH spaces AS MATERIALIZED (
    SELECT n.oid, n.nspname, n.nspowner, n.nspacl,
        CASE WHEN n.nspname = current_schema() THEN '' ELSE n.nspname || '.' END AS prefix
    FROM pg_namespace n WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
), members AS MATERIALIZED (
    SELECT classid, objid FROM pg_depend
    WHERE deptype = 'e' OR (deptype = 'i' AND classid IN ('pg_proc'::regclass, 'pg_cast'::regclass))
), relations AS MATERIALIZED (
    SELECT c.*, s.prefix || c.relname AS name
    FROM pg_class c JOIN spaces s ON s.oid = c.relnamespace
    WHERE c.relpersistence <> 't' AND c.relname NOT IN ('__diesel_schema_migrations', '__diesel_manage_log')
      AND c.oid NOT IN (SELECT objid FROM members WHERE classid = 'pg_class'::regclass)
), routines AS MATERIALIZED (
    SELECT p.*, regexp_replace(p.oid::regprocedure::text, '^' || quote_ident(current_schema()) || '[.]', '') AS name
    FROM pg_proc p JOIN spaces s ON s.oid = p.pronamespace
    WHERE p.oid NOT IN (SELECT objid FROM members WHERE classid = 'pg_proc'::regclass)
), kinds AS MATERIALIZED (
    SELECT t.*, s.prefix || t.typname AS name
    FROM pg_type t JOIN spaces s ON s.oid = t.typnamespace
    WHERE t.typtype IN ('d', 'e', 'r', 'b') AND t.typelem = 0
      AND t.oid NOT IN (SELECT objid FROM members WHERE classid = 'pg_type'::regclass)
), found (kind, name, of, definition) AS (";

/// What there is, each a `SELECT` of kind, name, owner and definition.
const PARTS: &[&str] = &[
    // Relations that no schema holds whole.
    "SELECT CASE relkind WHEN 'v' THEN 'view' ELSE 'materialized view' END, name, NULL,
        concat_ws(' ', pg_get_viewdef(oid), reloptions::text) FROM relations WHERE relkind IN ('v', 'm')",
    "SELECT CASE relkind WHEN 'c' THEN 'composite type' WHEN 'f' THEN 'foreign table' ELSE 'table' END, name, NULL,
        (SELECT string_agg(quote_ident(attname) || ' ' || format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN ' not null' ELSE '' END, ', ' ORDER BY attnum)
         FROM pg_attribute WHERE attrelid = r.oid AND attnum > 0 AND NOT attisdropped)
        FROM relations r WHERE relkind IN ('c', 'f') OR (relkind IN ('r', 'p') AND left(relname, 2) = '__' AND NOT relispartition)",
    "SELECT 'partition', r.name, p.name, concat_ws(' ', pg_get_expr(r.relpartbound, r.oid), r.reloptions::text,
            (SELECT string_agg(quote_ident(attname) || ' ' || format_type(atttypid, atttypmod), ', ' ORDER BY attname)
             FROM pg_attribute WHERE attrelid = r.oid AND attnum > 0 AND NOT attisdropped))
        FROM relations r JOIN pg_inherits i ON i.inhrelid = r.oid JOIN relations p ON p.oid = i.inhparent
        WHERE r.relispartition AND r.relkind IN ('r', 'p', 'f')",
    "SELECT 'sequence',
        CASE WHEN d.objid IS NULL THEN r.name ELSE '' END, t.name || '.' || a.attname,
        concat_ws(' ', format_type(seqtypid, NULL), 'start', seqstart, 'increment', seqincrement, 'from', seqmin, 'to', seqmax,
            'cache', seqcache, CASE WHEN seqcycle THEN 'cycle' END)
        FROM relations r JOIN pg_sequence q ON q.seqrelid = r.oid
        LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = r.oid AND d.deptype IN ('a', 'i')
            AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
        LEFT JOIN relations t ON t.oid = d.refobjid
        LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid",
    "SELECT 'index', x.relname, r.name, pg_get_indexdef(i.indexrelid)
        FROM pg_index i JOIN relations r ON r.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
        WHERE (r.relkind = 'm' OR r.relispartition) AND NOT x.relispartition",
    "SELECT 'choice of index', x.relname, r.name, concat_ws(' ', CASE WHEN indisclustered THEN 'cluster' END,
            CASE WHEN indisreplident THEN 'replica identity' END, CASE WHEN NOT indisvalid AND x.relkind = 'i' THEN 'invalid' END)
        FROM pg_index i JOIN relations r ON r.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
        WHERE indisclustered OR indisreplident OR (NOT indisvalid AND x.relkind = 'i')",
    "SELECT CASE c.contype WHEN 'x' THEN 'exclusion constraint' ELSE 'constraint' END, c.conname, r.name, pg_get_constraintdef(c.oid)
        FROM pg_constraint c JOIN relations r ON r.oid = c.conrelid
        WHERE c.contype = 'x' OR (r.relispartition AND c.contype <> 'n' AND c.conislocal AND c.conparentid = 0)",
    "SELECT 'trigger', t.tgname, r.name, concat_ws(' ', pg_get_triggerdef(t.oid), 'enabled', t.tgenabled)
        FROM pg_trigger t JOIN relations r ON r.oid = t.tgrelid WHERE NOT t.tgisinternal AND t.tgparentid = 0",
    "SELECT 'rule', w.rulename, r.name, concat_ws(' ', pg_get_ruledef(w.oid), 'enabled', w.ev_enabled)
        FROM pg_rewrite w JOIN relations r ON r.oid = w.ev_class WHERE w.rulename <> '_RETURN'",
    "SELECT 'policy', p.polname, r.name, concat_ws(' ', 'for', p.polcmd, CASE WHEN p.polpermissive THEN 'permissive' ELSE 'restrictive' END, 'to',
            (SELECT string_agg(CASE o WHEN 0 THEN 'public' ELSE pg_get_userbyid(o)::text END, ', ' ORDER BY o) FROM unnest(p.polroles) o),
            'using', pg_get_expr(p.polqual, p.polrelid), 'with check', pg_get_expr(p.polwithcheck, p.polrelid))
        FROM pg_policy p JOIN relations r ON r.oid = p.polrelid",
    "SELECT 'row level security', '', name, CASE WHEN relforcerowsecurity THEN 'forced ' ELSE '' END || relrowsecurity
        FROM relations WHERE relrowsecurity OR relforcerowsecurity",
    "SELECT 'replica identity', '', name, relreplident::text FROM relations WHERE relreplident <> 'd' AND relkind IN ('r', 'p')",
    "SELECT 'settings', '', r.name || '.' || a.attname, concat_ws(' ', a.attstorage, a.attcompression, a.attstattarget, a.attoptions::text)
        FROM pg_attribute a JOIN relations r ON r.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
        WHERE r.relkind IN ('r', 'p', 'm') AND a.attnum > 0 AND NOT a.attisdropped
          AND (a.attstorage <> t.typstorage OR a.attcompression <> '' OR coalesce(a.attstattarget, -1) <> -1 OR a.attoptions IS NOT NULL)",
    "SELECT 'statistics', s.prefix || stxname, r.name, pg_get_statisticsobjdef(x.oid)
        FROM pg_statistic_ext x JOIN spaces s ON s.oid = x.stxnamespace JOIN relations r ON r.oid = x.stxrelid",
    // Routines and types.
    "SELECT CASE prokind WHEN 'p' THEN 'procedure' ELSE 'function' END, name, NULL,
        replace(replace(pg_get_functiondef(oid), '$function$', ' '), '$procedure$', ' ') FROM routines WHERE prokind <> 'a'",
    "SELECT 'aggregate', name, NULL, concat_ws(' ', format_type(prorettype, NULL), g.aggkind, g.aggtransfn, format_type(g.aggtranstype, NULL),
            g.agginitval, g.aggfinalfn, g.aggcombinefn, g.aggsortop::regoperator)
        FROM routines JOIN pg_aggregate g ON g.aggfnoid = oid WHERE prokind = 'a'",
    "SELECT CASE t.typtype WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range type' ELSE 'type' END, t.name, NULL,
        concat_ws(' ', CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END, CASE WHEN t.typnotnull THEN 'not null' END,
            'default', t.typdefault, CASE WHEN t.typtype = 'd' THEN (SELECT collname FROM pg_collation o WHERE o.oid = t.typcollation) END,
            (SELECT format_type(g.rngsubtype, NULL) FROM pg_range g WHERE g.rngtypid = t.oid),
            (SELECT string_agg(c.conname || ' ' || pg_get_constraintdef(c.oid), ', ' ORDER BY c.conname)
             FROM pg_constraint c WHERE c.contypid = t.oid AND c.contype = 'c'))
        FROM kinds t WHERE t.typtype <> 'e'",
    // What stands in no schema, and what is rare: there or not.
    "SELECT 'extension', extname, NULL, concat_ws(' ', extversion, n.nspname)
        FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE extname <> 'plpgsql'",
    "SELECT 'publication', pubname, NULL, concat_ws(' ', p.puballtables, p.pubinsert, p.pubupdate, p.pubdelete, p.pubtruncate, p.pubviaroot,
            (SELECT string_agg(t.schemaname || '.' || t.tablename, ', ' ORDER BY 1) FROM pg_publication_tables t WHERE t.pubname = p.pubname))
        FROM pg_publication p",
    "SELECT 'event trigger', evtname, NULL, concat_ws(' ', evtevent, evtfoid::regproc, evtenabled, evttags::text) FROM pg_event_trigger",
    "SELECT i.type, regexp_replace(i.identity, '^' || quote_ident(current_schema()) || '[.]', ''), NULL, ''
        FROM (SELECT 'pg_operator'::regclass::oid AS c, oid FROM pg_operator UNION ALL SELECT 'pg_cast'::regclass, oid FROM pg_cast
            UNION ALL SELECT 'pg_collation'::regclass, oid FROM pg_collation UNION ALL SELECT 'pg_conversion'::regclass, oid FROM pg_conversion
            UNION ALL SELECT 'pg_opclass'::regclass, oid FROM pg_opclass UNION ALL SELECT 'pg_opfamily'::regclass, oid FROM pg_opfamily
            UNION ALL SELECT 'pg_ts_config'::regclass, oid FROM pg_ts_config UNION ALL SELECT 'pg_ts_dict'::regclass, oid FROM pg_ts_dict
            UNION ALL SELECT 'pg_ts_parser'::regclass, oid FROM pg_ts_parser UNION ALL SELECT 'pg_ts_template'::regclass, oid FROM pg_ts_template
            UNION ALL SELECT 'pg_language'::regclass, oid FROM pg_language UNION ALL SELECT 'pg_am'::regclass, oid FROM pg_am
            UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, oid FROM pg_foreign_data_wrapper
            UNION ALL SELECT 'pg_foreign_server'::regclass, oid FROM pg_foreign_server
            UNION ALL SELECT 'pg_transform'::regclass, oid FROM pg_transform) o,
            pg_identify_object(o.c, o.oid, 0) i
        WHERE o.oid >= 16384 AND NOT EXISTS (SELECT FROM members m WHERE m.classid = o.c AND m.objid = o.oid)",
    // What is said of others. A schema has the comments of its tables and their columns.
    "SELECT 'comment', '', i.type || ' ' || regexp_replace(i.identity, '(^| )' || quote_ident(current_schema()) || '[.]', '\\1', 'g'), d.description
        FROM pg_description d, pg_identify_object(d.classoid, d.objoid, d.objsubid) i
        WHERE d.objoid >= 16384 AND NOT EXISTS (SELECT FROM members m WHERE m.classid = d.classoid AND m.objid = d.objoid)
          AND NOT (d.classoid = 'pg_class'::regclass AND EXISTS (SELECT FROM relations r
              WHERE r.oid = d.objoid AND r.relkind IN ('r', 'p') AND NOT r.relispartition))",
    "SELECT 'owner', '', name, pg_get_userbyid(owner) FROM (
            SELECT name, relowner AS owner FROM relations WHERE relkind IN ('r', 'p', 'v', 'm', 'f')
                OR (relkind = 'S' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = relations.oid
                    AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0))
            UNION ALL SELECT name, proowner FROM routines UNION ALL SELECT name, typowner FROM kinds
            UNION ALL SELECT nspname, nspowner FROM spaces WHERE oid >= 16384) o
        WHERE pg_get_userbyid(owner) <> current_user",
    "SELECT 'grant', g.privilege_type || ' to ' || CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(g.grantee)::text END, o.name,
        CASE WHEN g.is_grantable THEN 'grantable' ELSE '' END
        FROM (SELECT name, relowner AS owner, coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::\"char\", relowner)) AS acl
                FROM relations WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
            UNION ALL SELECT r.name || '.' || a.attname, r.relowner, a.attacl FROM pg_attribute a JOIN relations r ON r.oid = a.attrelid
                WHERE a.attacl IS NOT NULL AND NOT a.attisdropped
            UNION ALL SELECT name, proowner, coalesce(proacl, acldefault('f', proowner)) FROM routines
            UNION ALL SELECT name, typowner, coalesce(typacl, acldefault('T', typowner)) FROM kinds
            UNION ALL SELECT nspname, nspowner, coalesce(nspacl, acldefault('n', nspowner)) FROM spaces) o, aclexplode(o.acl) g
        WHERE g.grantee <> o.owner",
    "SELECT 'default grant', concat_ws(' ', g.privilege_type, 'to', CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(g.grantee)::text END,
            'for', d.defaclobjtype, 'by', pg_get_userbyid(d.defaclrole)), n.nspname::text, CASE WHEN g.is_grantable THEN 'grantable' ELSE '' END
        FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace, aclexplode(d.defaclacl) g
        WHERE g.grantee <> d.defaclrole",
];

/// Adds them.
pub(in crate::backend) fn add(
    database: &mut dyn Database,
    inventory: &mut Inventory,
) -> Result<(), DatabaseError> {
    let parts = PARTS.join("\nUNION ALL ");
    let query = format!(
        "{COMMON}{parts}\n) SELECT json_build_array(kind, name, of)::text AS a, coalesce(definition, '') AS b FROM found"
    );
    found(database, &query, inventory)
}
