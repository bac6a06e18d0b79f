package io.tiercel.functions.respond.ec2;

/** Where manifests of preserved evidence go. */
@FunctionalInterface
public interface EvidenceStore {
    /**
     * Keeps a document, in place of an earlier one of the same name.
     *
     * @param name path below the store's own place
     * @param document its text
     * @return where it lies, e.g. {@code s3://evidence/incidents/4f2a/4f2a-1.json}
     */
    String keep(String name, String document);
}
