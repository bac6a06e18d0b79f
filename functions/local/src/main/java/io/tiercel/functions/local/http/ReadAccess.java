package io.tiercel.functions.local.http;

/** The rule for requests that read incidents and metrics. */
public enum ReadAccess {
    /** Every client may read. Only for a server without TLS on a loopback address, which no other machine reaches. */
    OPEN,
    /** Reading requires the bearer token. A client certificate does not suffice, because all sensors have one. */
    TOKEN;

    /**
     * Returns the rule for a server.
     *
     * @param tls whether the server requires client certificates
     * @param loopback whether it listens on a loopback address
     */
    public static ReadAccess of(boolean tls, boolean loopback) {
        return tls || !loopback ? TOKEN : OPEN;
    }
}
