package io.tiercel.functions.credential;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tiercel.functions.identity.ClusterKeySource;
import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.json.Json;
import io.tiercel.rules.text.TextLimit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Fetches the issuer's keys from the cluster's API server.
 *
 * @param configuredIssuer the issuer; null for the one that the API server reports
 * @param cluster the API server
 */
record ApiServerKeySource(@Nullable String configuredIssuer, ClusterKeySource cluster) implements KeySource {
    private static final int MAX_REASON = 200;

    @Override
    public IssuerKeys fetch() {
        String issuer = configuredIssuer == null ? reportedIssuer() : configuredIssuer;
        return IssuerKeys.parse(issuer, request(cluster::keySet));
    }

    private String reportedIssuer() {
        try {
            String issuer = Json.SINGLE_DOCUMENT
                    .readTree(request(cluster::discoveryDocument))
                    .path("issuer")
                    .asText();
            if (!issuer.isEmpty()) {
                return issuer;
            }
        } catch (JsonProcessingException e) {
            // Falls through to the message.
        }
        throw new KeySourceException("the API server's discovery document names no issuer");
    }

    private static String request(Supplier<String> request) {
        try {
            return request.get();
        } catch (RuntimeException e) {
            String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new KeySourceException(TextLimit.cut(
                    "the API server does not return its keys: "
                            + SafeText.oneLine(message.lines().findFirst().orElse("")),
                    MAX_REASON));
        }
    }
}
