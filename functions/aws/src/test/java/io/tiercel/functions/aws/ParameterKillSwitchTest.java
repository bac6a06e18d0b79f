package io.tiercel.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.respond.guard.KillSwitchControl.State;
import io.tiercel.functions.respond.state.InMemoryStateStore;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.ParameterType;

/** Sets a kill switch in a parameter of Systems Manager in moto. */
@Tag("packaged")
class ParameterKillSwitchTest {
    private static final String NAME = "/tiercel/kill-switch";
    private static final State ON = new State(true, "arn:aws:iam::1:user/a", Instant.ofEpochMilli(7), "drill");
    private static final State OFF = new State(false, "arn:aws:iam::1:user/b", Instant.ofEpochMilli(8), null);

    @Test
    void the_switch_is_set_for_functions_and_for_people() throws Exception {
        try (Moto moto = Moto.startOrSkip();
                SsmClient ssm = moto.connection().client(SsmClient.builder())) {
            ParameterKillSwitch control = new ParameterKillSwitch(moto.connection(), NAME, new InMemoryStateStore());
            assertThrows(StoreUnavailable.class, control::state, "the parameter is missing");
            put(ssm, "off");
            assertEquals(new State(false, null, null, null), control.state());
            control.set(ON);
            assertEquals(ON, control.state());
            assertEquals(
                    true, new ParameterStore(moto.connection()).killSwitch(NAME).engaged());
            control.set(OFF);
            assertEquals(OFF, control.state());
            assertEquals(
                    false,
                    new ParameterStore(moto.connection()).killSwitch(NAME).engaged());
            put(ssm, "stop");
            assertEquals(new State(true, null, null, null), control.state(), "somebody else set it");
        }
    }

    private static void put(SsmClient ssm, String value) {
        ssm.putParameter(
                put -> put.name(NAME).value(value).type(ParameterType.STRING).overwrite(true));
    }
}
