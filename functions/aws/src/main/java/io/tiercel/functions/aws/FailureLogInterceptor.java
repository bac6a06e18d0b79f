package io.tiercel.functions.aws;

import com.fasterxml.jackson.databind.node.TextNode;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.intake.AlertRejected;
import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.stage.AlertIntake;
import io.tiercel.functions.stage.TiercelFunctions;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.build.compatible.spi.BuildCompatibleExtension;
import jakarta.enterprise.inject.build.compatible.spi.ClassConfig;
import jakarta.enterprise.inject.build.compatible.spi.Enhancement;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Logs why a message failed. Funqy reports an exception as a failed batch item without logging it, so a message would reach the
 * dead-letter queue without a reason. Invalid documents go to the dead-letter queue immediately, with the reason.
 */
@LogFailures
@Interceptor
@Priority(Interceptor.Priority.APPLICATION)
public final class FailureLogInterceptor {
    private static final Logger LOG = Logger.getLogger(FailureLogInterceptor.class);

    private final Optional<RejectedAlertQueue> rejectedAlerts;

    @Inject
    FailureLogInterceptor(Optional<RejectedAlertQueue> rejectedAlerts) {
        this.rejectedAlerts = rejectedAlerts;
    }

    @AroundInvoke
    @Nullable
    Object log(InvocationContext call) throws Exception {
        try {
            return call.proceed();
        } catch (AlertRejected e) {
            LOG.warn("alert rejected: " + SafeText.oneLine(e.reason()));
            if (rejectedAlerts.isPresent() && rejectedAlerts.get().send(document(call), e.reason())) {
                return null;
            }
            throw e;
        } catch (StoreUnavailable e) {
            LOG.error(call.getMethod().getName() + " failed and will be retried: " + e.getMessage());
            throw e;
        } catch (Exception e) {
            LOG.error(call.getMethod().getName() + " failed and will be retried", e);
            throw e;
        }
    }

    /** Returns the document as received. {@link InvalidJsonAsText} turns documents that are not JSON into JSON strings. */
    private static String document(InvocationContext call) {
        Object document = call.getParameters()[0];
        return document instanceof TextNode text ? text.textValue() : String.valueOf(document);
    }

    /** Adds the interceptor to the functions, so that the domain does not depend on it. */
    public static final class Binding implements BuildCompatibleExtension {
        /** Runs at build time. */
        @Enhancement(types = {AlertIntake.class, TiercelFunctions.class})
        public void bind(ClassConfig functions) {
            functions.addAnnotation(LogFailures.class);
        }
    }
}
