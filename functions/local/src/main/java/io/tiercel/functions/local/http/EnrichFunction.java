package io.tiercel.functions.local.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.funqy.Funq;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.privacy.Redactor;
import io.tiercel.functions.stage.AlertIntake;
import io.tiercel.functions.stage.AlertReceipt;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** The function {@code enrich}, called directly by an operator. The alert then has no verified sender. */
@Singleton
public final class EnrichFunction {
    private final AlertIntake intake;
    private final Redactor redactor;
    private final InstantSource clock = InstantSource.system();

    @Inject
    public EnrichFunction(AlertIntake intake, Redactor redactor) {
        this.intake = intake;
        this.redactor = redactor;
    }

    /**
     * Redacts and enriches one alert, and counts it.
     *
     * @throws io.tiercel.functions.intake.AlertRejected if the document is not a valid alert
     */
    @Funq("enrich")
    public AlertReceipt enrich(@Nullable JsonNode document) {
        return intake.enrich(document == null ? null : redactor.alert(document), Sender.NONE, clock.instant());
    }
}
