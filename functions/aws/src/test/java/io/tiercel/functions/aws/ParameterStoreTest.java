package io.tiercel.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.guard.KillSwitch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.ParameterType;

/** Reads parameters of Systems Manager in moto. */
@Tag("packaged")
class ParameterStoreTest {
    private static Moto moto;
    private static SsmClient ssm;

    @BeforeAll
    static void start() throws Exception {
        moto = Moto.startOrSkip();
        ssm = moto.connection().client(SsmClient.builder());
    }

    @AfterAll
    static void stop() throws Exception {
        if (moto != null) {
            moto.close();
        }
    }

    private static void put(String name, String value) {
        ssm.putParameter(
                put -> put.name(name).value(value).type(ParameterType.STRING).overwrite(true));
    }

    @Test
    void a_kill_switch_is_engaged_unless_its_value_is_off() {
        ParameterStore parameters = new ParameterStore(moto.connection());
        KillSwitch missing = parameters.killSwitch("/tiercel/none");
        assertTrue(missing.engagedOrUnreadable());
        put("/tiercel/kill", "off");
        KillSwitch present = parameters.killSwitch("/tiercel/kill");
        assertFalse(present.engagedOrUnreadable());
        put("/tiercel/kill", "on");
        assertTrue(present.engagedOrUnreadable());
    }

    @Test
    void a_version_of_a_parameter_is_read() {
        put("/tiercel/incidents", "first");
        put("/tiercel/incidents", "second");
        ParameterStore parameters = new ParameterStore(moto.connection());
        assertEquals("second", parameters.parameter("/tiercel/incidents"));
        assertEquals("first", parameters.parameter("/tiercel/incidents:1"));
    }

    @Test
    void a_missing_parameter_is_a_failure_that_names_the_call() {
        ParameterStore parameters = new ParameterStore(moto.connection());
        ActionException failure = assertThrows(ActionException.class, () -> parameters.parameter("/tiercel/absent"));
        assertTrue(failure.getMessage().startsWith("GetParameter: ParameterNotFound"), failure::toString);
    }
}
