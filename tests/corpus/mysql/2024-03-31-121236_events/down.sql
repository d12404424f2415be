DROP EVENT once;
DROP EVENT purge_audit;
