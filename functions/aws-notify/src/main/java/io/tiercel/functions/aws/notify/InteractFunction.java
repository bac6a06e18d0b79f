package io.tiercel.functions.aws.notify;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.funqy.Funq;
import io.tiercel.functions.notify.InteractionEndpoint;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** The function {@code interact}: handles requests from Slack and PagerDuty to the function's URL. */
@Singleton
public final class InteractFunction {
    private final InteractionEndpoint endpoint;

    @Inject
    public InteractFunction(InteractionEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** Handles one request. */
    @Funq("interact")
    public FunctionUrl.Payload interact(@Nullable JsonNode event) {
        return FunctionUrl.payload(endpoint.handle(FunctionUrl.request(event)));
    }
}
