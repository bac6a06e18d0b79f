package io.tiercel.functions.channels.email;

import io.tiercel.functions.secret.Secret;
import org.jspecify.annotations.Nullable;

/**
 * An SMTP server. Connections are always encrypted, and the server's name is verified.
 *
 * @param host the name of the server
 * @param port its port, 1 to 65535
 * @param implicitTls whether TLS starts with the connection; otherwise STARTTLS is required
 * @param ca certificates as PEM that the server's certificate is verified with; null for those of the Java runtime
 * @param login null for none
 */
record SmtpServer(
        String host,
        int port,
        boolean implicitTls,
        @Nullable Secret ca,
        @Nullable Login login) {
    /**
     * A login.
     *
     * @param username the user
     * @param password the password
     */
    record Login(String username, Secret password) {}
}
