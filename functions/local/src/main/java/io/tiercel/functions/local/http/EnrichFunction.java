package io.tiercel.functions.local.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.funqy.Funq;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.stage.AlertIntake;
import io.tiercel.functions.stage.AlertReceipt;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** The function {@code enrich}, called directly by an operator. The alert then has no verified sender. */
@Singleton
public final class EnrichFunction {
    private final AlertIntake intake;

    @Inject
    public EnrichFunction(AlertIntake intake) {
        this.intake = intake;
    }

    /**
     * Enriches one alert and counts it.
     *
     * @throws io.tiercel.functions.intake.AlertRejected if the document is not a valid alert
     */
    @Funq("enrich")
    public AlertReceipt enrich(@Nullable JsonNode document) {
        return intake.enrich(document, Sender.NONE);
    }
}
