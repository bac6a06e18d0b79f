package io.tiercel.functions.aws;

import io.tiercel.functions.lookup.AwsConnection;
import io.tiercel.functions.respond.guard.KillSwitch;
import software.amazon.awssdk.services.ssm.SsmClient;

/** Parameters of AWS Systems Manager. */
final class ParameterStore {
    private final SsmClient api;

    ParameterStore(AwsConnection connection) {
        this.api = connection.client(SsmClient.builder());
    }

    /**
     * Returns a kill switch that reads a parameter. The switch is engaged unless the value is {@code off}. It counts as engaged if
     * the parameter does not exist or cannot be read.
     */
    KillSwitch killSwitch(String parameter) {
        return () -> !parameter(parameter).strip().equals("off");
    }

    /**
     * Returns the value of a parameter.
     *
     * @param name the name, optionally followed by {@code :} and a version
     * @throws io.tiercel.functions.respond.action.ActionException if it cannot be read
     */
    String parameter(String name) {
        return AwsConnection.call("GetParameter", () -> api.getParameter(get -> get.name(name)))
                .parameter()
                .value();
    }
}
