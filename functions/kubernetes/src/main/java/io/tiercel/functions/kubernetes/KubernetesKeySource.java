package io.tiercel.functions.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.tiercel.functions.identity.ClusterKeySource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the public keys of a cluster's service account tokens from its API server. The cluster role {@code
 * system:service-account-issuer-discovery} permits it, which Kubernetes grants to all service accounts.
 */
public final class KubernetesKeySource implements ClusterKeySource {
    private static final String DISCOVERY = "/.well-known/openid-configuration";
    private static final String KEY_SET = "/openid/v1/jwks";

    private final Supplier<KubernetesClient> client;

    /**
     * Creates a source that connects on first use.
     *
     * @param client returns the same client on every call; if it throws, the request fails
     */
    public KubernetesKeySource(Supplier<KubernetesClient> client) {
        this.client = client;
    }

    @Override
    public String discoveryDocument() {
        return document(DISCOVERY);
    }

    @Override
    public String keySet() {
        return document(KEY_SET);
    }

    private String document(String path) {
        @Nullable String document = client.get().raw(path);
        if (document == null) {
            throw new IllegalStateException("the API server does not serve " + path);
        }
        return document;
    }
}
