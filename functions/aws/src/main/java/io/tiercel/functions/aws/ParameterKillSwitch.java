package io.tiercel.functions.aws;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.lookup.AwsConnection;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.guard.KillSwitchControl;
import io.tiercel.functions.respond.state.StateDocuments;
import io.tiercel.functions.respond.state.StateStore.Schedule;
import io.tiercel.functions.respond.state.StateStore.Versioned;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.Parameter;

/**
 * A kill switch in a parameter of AWS Systems Manager, which functions read before each step. Any value but {@code off} stops responses.
 *
 * <p>A document of the state store has the operator, the time and the reason, with the version of the parameter. If somebody sets the
 * parameter in another way, its version differs, and the operator is unknown.
 */
public final class ParameterKillSwitch implements KillSwitchControl {
    /** The key of the document. */
    public static final String KEY = "kill-switch";

    private static final int MAX_ATTEMPTS = 20;
    private static final String OFF = "off";

    private final SsmClient api;
    private final String parameter;
    private final StateDocuments documents;

    /** @param parameter name of the parameter */
    public ParameterKillSwitch(AwsConnection connection, String parameter, StateDocuments documents) {
        this.api = connection.client(SsmClient.builder());
        this.parameter = parameter;
        this.documents = documents;
    }

    /**
     * Who set the parameter.
     *
     * @param version of the parameter
     * @param at milliseconds since the epoch
     */
    private record Setting(
            long version,
            @Nullable String by,
            @Nullable Long at,
            @Nullable String reason) {}

    @Override
    public State state() {
        Parameter current = call("GetParameter", () -> api.getParameter(get -> get.name(parameter)))
                .parameter();
        boolean on = !current.value().strip().equals(OFF);
        return documents
                .read(KEY)
                .map(stored -> Json.read(stored.document(), Setting.class, StoreUnavailable::new))
                .filter(setting -> setting.version() == current.version())
                .map(setting -> new State(
                        on,
                        setting.by(),
                        setting.at() == null ? null : Instant.ofEpochMilli(setting.at()),
                        setting.reason()))
                .orElse(new State(on, null, null, null));
    }

    @Override
    public void set(State state) {
        long version = call(
                        "PutParameter",
                        () -> api.putParameter(put -> put.name(parameter)
                                .value(state.on() ? "on" : OFF)
                                .overwrite(true)))
                .version();
        Setting setting = new Setting(
                version, state.by(), state.at() == null ? null : state.at().toEpochMilli(), state.reason());
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            Optional<Versioned> stored = documents.read(KEY);
            boolean newer = stored.map(current -> Json.read(current.document(), JsonNode.class, StoreUnavailable::new))
                    .filter(current -> current.path("version").asLong() > version)
                    .isPresent();
            if (newer
                    || documents.write(
                            KEY,
                            stored.map(Versioned::version).orElse(0L),
                            Json.write(setting),
                            Schedule.NONE.keep())) {
                return;
            }
        }
        throw new StoreUnavailable(
                "the kill switch keeps changing; try again",
                new IllegalStateException(MAX_ATTEMPTS + " attempts failed"));
    }

    private static <T> T call(String operation, Supplier<T> call) {
        try {
            return AwsConnection.call(operation, call);
        } catch (ActionException e) {
            throw new StoreUnavailable("the kill switch is not available: " + e.getMessage(), e);
        }
    }
}
