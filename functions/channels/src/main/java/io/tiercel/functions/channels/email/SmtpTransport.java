package io.tiercel.functions.channels.email;

import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.secret.Secret;
import io.tiercel.rules.text.TextLimit;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.ext.mail.LoginOption;
import io.vertx.ext.mail.MailClient;
import io.vertx.ext.mail.MailConfig;
import io.vertx.ext.mail.MailMessage;
import io.vertx.ext.mail.MailResult;
import io.vertx.ext.mail.SMTPException;
import io.vertx.ext.mail.StartTLSOptions;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * An SMTP server, with one connection per mail. A mail is sent if the server accepts at least one recipient. An address that no longer
 * exists therefore does not cost all others their mails.
 */
final class SmtpTransport implements MailTransport {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int MAX_REASON = 200;

    /** A rotated password takes effect after some minutes. */
    private static final int LOGIN_FAILED = 535;

    private final SmtpServer server;
    private final String ownName;
    private @Nullable Vertx vertx;

    /** @param ownName the host name in {@code EHLO}: the domain of the sender */
    SmtpTransport(SmtpServer server, String ownName) {
        this.server = server;
        this.ownName = ownName;
    }

    @Override
    public DeliveryResult send(MailMessage mail) {
        MailClient client = MailClient.create(vertx(), config());
        try {
            Future<MailResult> sent = client.sendMail(mail).toCompletionStage().toCompletableFuture();
            sent.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            return new DeliveryResult.Sent();
        } catch (TimeoutException e) {
            return retry("no response in time");
        } catch (ExecutionException e) {
            return failed(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return retry("interrupted");
        } finally {
            client.close();
        }
    }

    private static DeliveryResult failed(@Nullable Throwable cause) {
        String message = cause == null || cause.getMessage() == null ? String.valueOf(cause) : cause.getMessage();
        String reason = TextLimit.cut(SafeText.oneLine(message), MAX_REASON, "…");
        return cause instanceof SMTPException smtp && smtp.isPermanent() && smtp.getReplyCode() != LOGIN_FAILED
                ? new DeliveryResult.Rejected("SMTP: " + reason)
                : retry(reason);
    }

    private static DeliveryResult retry(String reason) {
        return new DeliveryResult.Retry(Duration.ZERO, "SMTP: " + reason);
    }

    private synchronized Vertx vertx() {
        Vertx current = vertx;
        if (current == null) {
            current = Vertx.vertx(new VertxOptions()
                    .setEventLoopPoolSize(1)
                    .setWorkerPoolSize(1)
                    .setInternalBlockingPoolSize(1)
                    .setUseDaemonThread(true)
                    // No files are read, so that nothing is written to the folder for temporary files.
                    .setFileSystemOptions(
                            new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
            vertx = current;
        }
        return current;
    }

    private MailConfig config() {
        MailConfig config = new MailConfig(server.host(), server.port())
                .setSsl(server.implicitTls())
                .setStarttls(server.implicitTls() ? StartTLSOptions.DISABLED : StartTLSOptions.REQUIRED)
                .setHostnameVerificationAlgorithm("HTTPS")
                .setTrustOptions(TrustOptions.wrap(trust()))
                .setOwnHostname(ownName)
                .setKeepAlive(false)
                .setMaxPoolSize(1)
                .setAllowRcptErrors(true)
                .setConnectTimeout((int) CONNECT_TIMEOUT.toMillis())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setIdleTimeout((int) TIMEOUT.toMillis());
        SmtpServer.Login login = server.login();
        return login == null
                ? config.setLogin(LoginOption.NONE)
                : config.setLogin(LoginOption.REQUIRED)
                        .setUsername(login.username())
                        .setPassword(login.password().value());
    }

    private NamedServerTrust trust() {
        Secret ca = server.ca();
        return new NamedServerTrust(server.host(), ca == null ? null : ca.value());
    }

    @Override
    public boolean replacesMessageId() {
        return false;
    }

    @Override
    public synchronized void close() {
        Vertx current = vertx;
        vertx = null;
        if (current != null) {
            current.close();
        }
    }

    @Override
    public String toString() {
        return "SMTP server " + server.host();
    }
}
