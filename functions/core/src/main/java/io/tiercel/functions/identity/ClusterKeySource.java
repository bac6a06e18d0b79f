package io.tiercel.functions.identity;

/**
 * The documents in which a cluster's API server publishes the keys of its service account tokens. The connection to the API
 * server is authenticated. Both methods may block, and throw a {@link RuntimeException} without secrets in its message if the
 * request fails.
 */
public interface ClusterKeySource {
    /** Returns the discovery document, {@code /.well-known/openid-configuration}. */
    String discoveryDocument();

    /** Returns the JSON Web Key Set, {@code /openid/v1/jwks}. */
    String keySet();
}
