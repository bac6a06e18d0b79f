package io.tiercel.functions.aws;

import com.fasterxml.jackson.databind.node.TextNode;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.intake.AlertRejected;
import io.tiercel.functions.intake.SafeText;
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
 * Says why a message failed. Funqy turns an exception into a failed item of the batch and says nothing: the dead-letter
 * queue would hold a message and nobody would know why. What is refused for what it is goes there at once, with the reason.
 */
@LogFailures
@Interceptor
@Priority(Interceptor.Priority.APPLICATION)
public final class FailureLogInterceptor {
    private static final Logger LOG = Logger.getLogger(FailureLogInterceptor.class);

    private final Optional<RejectedAlertQueue> refused;

    @Inject
    FailureLogInterceptor(Optional<RejectedAlertQueue> refused) {
        this.refused = refused;
    }

    @AroundInvoke
    @Nullable
    Object log(InvocationContext call) throws Exception {
        try {
            return call.proceed();
        } catch (AlertRejected e) {
            LOG.warn("alert refused: " + SafeText.oneLine(e.reason()));
            if (refused.isPresent() && refused.get().keep(document(call), e.reason())) {
                return null;
            }
            throw e;
        } catch (StoreUnavailable e) {
            LOG.error(call.getMethod().getName() + " failed, to be tried again: " + e.getMessage());
            throw e;
        } catch (Exception e) {
            LOG.error(call.getMethod().getName() + " failed, to be tried again", e);
            throw e;
        }
    }

    /** As it came: what is no JSON has become a text on its way, {@link InvalidJsonAsText}. */
    private static String document(InvocationContext call) {
        Object document = call.getParameters()[0];
        return document instanceof TextNode text ? text.textValue() : String.valueOf(document);
    }

    /** Binds the log to the functions, which know nothing of it. */
    public static final class Binding implements BuildCompatibleExtension {
        /** Called when the application is built. */
        @Enhancement(types = TiercelFunctions.class)
        public void bind(ClassConfig functions) {
            functions.addAnnotation(LogFailures.class);
        }
    }
}
