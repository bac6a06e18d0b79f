-- From version 7 to 8: what operators search for.
ALTER TABLE incident ADD COLUMN host TEXT NOT NULL DEFAULT '';
ALTER TABLE incident ADD COLUMN namespace TEXT;
ALTER TABLE incident ADD COLUMN search TEXT NOT NULL DEFAULT '';
ALTER TABLE incident ADD COLUMN activity TEXT NOT NULL DEFAULT '';
UPDATE incident SET
    host = coalesce(json_extract(enrichment, '$.host.node'), ''),
    namespace = json_extract(enrichment, '$.host.namespace'),
    search = substr(concat_ws(char(10), rule, json_extract(fingerprint, '$.target'), json_extract(fingerprint, '$.executable'),
        json_extract(fingerprint, '$.workload'), json_extract(enrichment, '$.host.node'), json_extract(enrichment, '$.host.namespace'),
        json_extract(enrichment, '$.host.pod'), json_extract(enrichment, '$.host.containerName'),
        json_extract(enrichment, '$.host.image'), json_extract(enrichment, '$.host.instanceId')), 1, 2000);
