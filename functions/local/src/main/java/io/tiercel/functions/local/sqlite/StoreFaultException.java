package io.tiercel.functions.local.sqlite;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A fault of the store. {@link StoreHealth} has logged it, so that others do not have to. */
public final class StoreFaultException extends SQLException {
    private static final long serialVersionUID = 1L;

    private final transient StoreFault fault;

    StoreFaultException(StoreFault fault, @Nullable Throwable cause) {
        super(fault.text(), cause);
        this.fault = fault;
    }

    StoreFault fault() {
        return fault;
    }
}
