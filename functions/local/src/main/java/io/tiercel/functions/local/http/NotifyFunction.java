package io.tiercel.functions.local.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.funqy.Funq;
import io.tiercel.functions.stage.NotifyReceipt;
import io.tiercel.functions.stage.NotifyStage;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The function {@code notify}, called directly by an operator. The server's own workers do not need it. */
@Singleton
public final class NotifyFunction {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final NotifyStage stage;

    @Inject
    public NotifyFunction(NotifyStage stage) {
        this.stage = stage;
    }

    /**
     * Plans the notifications of an incident, or delivers pending messages, see {@link NotifyStage}.
     *
     * @throws io.tiercel.functions.intake.AlertRejected if the document is of another kind
     */
    @Funq("notify")
    public NotifyReceipt deliver(@Nullable JsonNode document) {
        return stage.handle(document, TIMEOUT);
    }
}
