package io.tiercel.functions.aws.operate;

import io.smallrye.config.ConfigMapping;
import io.tiercel.functions.operate.OperatorRole;
import java.net.URI;
import java.util.Optional;

/** The settings of the function {@code operate}, in addition to those of all functions. */
@ConfigMapping(prefix = "tiercel")
public interface OperateSettings {
    /** What callers may do, {@code TIERCEL_OPERATE_ROLE}: {@code viewer} or {@code responder}. Required. */
    OperatorRole operateRole();

    /** Receives requests in place of STS, {@code TIERCEL_STS_ENDPOINT}. Only for tests. */
    Optional<URI> stsEndpoint();
}
