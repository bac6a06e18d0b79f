package io.tiercel.functions.respond.ec2;

/** Stores manifests of preserved evidence. */
@FunctionalInterface
public interface EvidenceStore {
    /**
     * Stores a document. Replaces an earlier one with the same name.
     *
     * @param name the path within the store
     * @return the location, such as {@code s3://evidence/incidents/4f2a/4f2a-1.json}
     */
    String put(String name, String document);
}
