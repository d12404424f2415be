//! The queries: each gives rows of one JSON text, arrays rather than objects to keep them short.
//!
//! Every name is qualified, because a session's `search_path` may name anything.

/// The version, the default schema, and all schemas that are users' own.
pub(super) const SESSION: &str = "\
SELECT pg_catalog.json_build_array(
    pg_catalog.current_setting('server_version_num')::pg_catalog.int4,
    pg_catalog.current_schema(),
    (SELECT coalesce(pg_catalog.json_agg(n.nspname), '[]'::pg_catalog.json)
     FROM pg_catalog.pg_namespace n
     WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
           WHERE e.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
             AND e.objid = n.oid AND e.deptype = 'e'))
)::pg_catalog.text AS a, ''::pg_catalog.text AS b";

/// From and where: the relations of some kinds that are users' own, as `c` in the schema `n`.
///
/// A partition belongs to its parent. What has a dependency of the kind `e` belongs to
/// [an extension](https://www.postgresql.org/docs/current/catalog-pg-depend.html).
fn owned(kinds: &str, joins: &str) -> String {
    format!(
        "
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace{joins}
WHERE c.relkind IN ({kinds}) AND NOT c.relispartition AND c.relpersistence <> 't'
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND pg_catalog.left(c.relname::pg_catalog.text, 2) <> '__'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
      WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND e.objid = c.oid AND e.objsubid = 0 AND e.deptype = 'e')"
    )
}

/// Ordinary and partitioned tables.
const TABLES: &str = "'r', 'p'";

/// These, and views, materialized or not.
const RELATIONS: &str = "'r', 'p', 'v', 'm'";

/// The enum types.
pub(super) fn enums() -> String {
    "\
SELECT pg_catalog.json_build_array(n.nspname, t.typname,
    (SELECT coalesce(pg_catalog.json_agg(l.enumlabel ORDER BY l.enumsortorder), '[]'::pg_catalog.json)
     FROM pg_catalog.pg_enum l WHERE l.enumtypid = t.oid)
)::pg_catalog.text AS a, ''::pg_catalog.text AS b
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE t.typtype = 'e' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
      WHERE e.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
        AND e.objid = t.oid AND e.deptype = 'e')"
        .to_owned()
}

/// The relations.
pub(super) fn relations() -> String {
    format!(
        "\
SELECT pg_catalog.json_build_array(c.oid::pg_catalog.int8, n.nspname, c.relname, c.relkind,
    pg_catalog.obj_description(c.oid, 'pg_class'),
    CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END,
    c.reloptions, c.relpersistence = 'u',
    (SELECT pg_catalog.json_agg(i.inhparent::pg_catalog.regclass::pg_catalog.text ORDER BY i.inhseqno)
     FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid),
    (SELECT pg_catalog.quote_ident(s.spcname) FROM pg_catalog.pg_tablespace s WHERE s.oid = c.reltablespace)
)::pg_catalog.text AS a, ''::pg_catalog.text AS b{}",
        owned(RELATIONS, "")
    )
}

/// The columns, a row for each relation.
pub(super) fn columns() -> String {
    let joins = "
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_catalog.pg_collation o ON o.oid = a.attcollation AND a.attcollation <> t.typcollation
LEFT JOIN pg_catalog.pg_namespace m ON m.oid = o.collnamespace
LEFT JOIN pg_catalog.pg_description r ON r.objoid = a.attrelid AND r.objsubid = a.attnum
    AND r.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass";
    format!(
        "\
SELECT pg_catalog.json_build_array(c.oid::pg_catalog.int8, pg_catalog.json_agg(pg_catalog.json_build_array(
    a.attnum, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull,
    pg_catalog.pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated,
    d.oid IS NOT NULL AND a.atttypid IN (20, 21, 23) AND EXISTS (
        SELECT FROM pg_catalog.pg_depend s
        JOIN pg_catalog.pg_depend u ON u.refobjid = s.objid
            AND u.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
        WHERE u.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND u.objid = d.oid
          AND s.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
          AND s.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
          AND s.refobjid = a.attrelid AND s.refobjsubid = a.attnum AND s.deptype = 'a'),
    {collation}, r.description,
    CASE WHEN t.typtype = 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod) END
) ORDER BY a.attnum))::pg_catalog.text AS a, ''::pg_catalog.text AS b{}
GROUP BY c.oid",
        owned(RELATIONS, joins),
        collation = collation("o", "m"),
    )
}

/// A collation: the bare name of one of the server's own, otherwise both names, each quoted where it
/// must be. A bare name with a period in it would read as two.
fn collation(collation: &str, schema: &str) -> String {
    format!(
        "CASE WHEN {schema}.nspname = 'pg_catalog' AND {collation}.collname NOT LIKE '%.%' THEN {collation}.collname::pg_catalog.text \
         ELSE pg_catalog.quote_ident({schema}.nspname) || '.' || pg_catalog.quote_ident({collation}.collname) END"
    )
}

/// An expression on columns that came with a version, null before it.
fn since(version: u32, first: u32, sql: &str) -> &str {
    if version >= first { sql } else { "NULL" }
}

/// Primary and foreign keys, unique and check constraints; those of a domain are not a table's, and
/// those that a partition brings are not the parent's.
pub(super) fn constraints(version: u32) -> String {
    let joins = "
JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid AND k.contype IN ('p', 'u', 'f', 'c')
    AND k.conislocal AND k.conparentid = 0
LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u')
LEFT JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
LEFT JOIN pg_catalog.pg_class f ON f.oid = k.confrelid AND k.contype = 'f'
LEFT JOIN pg_catalog.pg_namespace m ON m.oid = f.relnamespace";
    format!(
        "\
SELECT pg_catalog.json_build_array(c.oid::pg_catalog.int8, k.conname, k.contype, k.conkey,
    k.condeferrable, k.condeferred, k.convalidated, k.connoinherit,
    CASE WHEN k.contype = 'c' THEN pg_catalog.pg_get_expr(k.conbin, k.conrelid) END,
    m.nspname, f.relname,
    (SELECT pg_catalog.json_agg(r.attname ORDER BY u.place)
     FROM pg_catalog.unnest(k.confkey) WITH ORDINALITY u (number, place)
     JOIN pg_catalog.pg_attribute r ON r.attrelid = f.oid AND r.attnum = u.number),
    k.confupdtype, k.confdeltype, k.confmatchtype, {nulled},
    i.indkey::pg_catalog.int2[], i.indnkeyatts, {nulls}, x.reloptions, {enforced}, {period}
)::pg_catalog.text AS a, ''::pg_catalog.text AS b{}",
        owned(TABLES, joins),
        nulled = since(version, 150_000, "k.confdelsetcols"),
        nulls = since(version, 150_000, "i.indnullsnotdistinct"),
        enforced = since(version, 180_000, "k.conenforced"),
        period = since(version, 180_000, "k.conperiod"),
    )
}

/// The indexes that back no constraint.
///
/// An operator class is left out where the column's type would get it anyway. Of an expression the
/// collation is told where the whole definition writes it behind the expression.
pub(super) fn indexes(version: u32) -> String {
    let joins = "
JOIN pg_catalog.pg_index i ON i.indrelid = c.oid
JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
JOIN pg_catalog.pg_am y ON y.oid = x.relam";
    format!(
        "\
SELECT pg_catalog.json_build_array(c.oid::pg_catalog.int8, x.relname, i.indisunique, y.amname,
    pg_catalog.pg_get_expr(i.indpred, i.indrelid), {nulls},
    i.indkey::pg_catalog.int2[], i.indnkeyatts, x.reloptions,
    (SELECT pg_catalog.quote_ident(s.spcname) FROM pg_catalog.pg_tablespace s WHERE s.oid = x.reltablespace),
    (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(p.number, p.option,
        CASE WHEN p.number = 0 THEN e.text END,
        CASE WHEN q.opcdefault AND z.attoptions IS NULL AND NOT EXISTS (
                SELECT FROM pg_catalog.pg_opclass w WHERE w.opcmethod = q.opcmethod AND w.opcdefault
                    AND w.oid <> q.oid AND w.opcintype = b.atttypid) THEN NULL
            WHEN pg_catalog.pg_opclass_is_visible(q.oid) THEN pg_catalog.quote_ident(q.opcname)
            ELSE pg_catalog.quote_ident(v.nspname) || '.' || pg_catalog.quote_ident(q.opcname) END,
        z.attoptions, {collation}
     ) ORDER BY p.place)
     FROM ROWS FROM (pg_catalog.unnest(i.indkey::pg_catalog.int2[]), pg_catalog.unnest(i.indclass::pg_catalog.oid[]),
        pg_catalog.unnest(i.indcollation::pg_catalog.oid[]), pg_catalog.unnest(i.indoption::pg_catalog.int2[]))
        WITH ORDINALITY p (number, class, collated, option, place)
     CROSS JOIN LATERAL (SELECT CASE WHEN p.number = 0
        THEN pg_catalog.pg_get_indexdef(i.indexrelid, p.place::pg_catalog.int4, false) END AS text) e
     JOIN pg_catalog.pg_opclass q ON q.oid = p.class
     JOIN pg_catalog.pg_namespace v ON v.oid = q.opcnamespace
     JOIN pg_catalog.pg_attribute z ON z.attrelid = i.indexrelid AND z.attnum = p.place
     LEFT JOIN pg_catalog.pg_attribute b ON b.attrelid = i.indrelid AND b.attnum = p.number AND p.number <> 0
     LEFT JOIN pg_catalog.pg_collation o ON o.oid = p.collated AND p.collated <> coalesce(b.attcollation, 0)
        AND (p.number <> 0 OR pg_catalog.strpos(pg_catalog.pg_get_indexdef(i.indexrelid), e.text || ' COLLATE ') > 0)
     LEFT JOIN pg_catalog.pg_namespace m ON m.oid = o.collnamespace
     WHERE p.place <= i.indnkeyatts)
)::pg_catalog.text AS a, ''::pg_catalog.text AS b{}
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k
      WHERE k.conindid = i.indexrelid AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u', 'x'))",
        owned(TABLES, joins),
        nulls = since(version, 150_000, "i.indnullsnotdistinct"),
        collation = collation("o", "m"),
    )
}
