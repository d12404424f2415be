//! TLS by rustls, with libpq's `sslmode` meanings
//! (<https://www.postgresql.org/docs/current/libpq-ssl.html>).

#[cfg(feature = "postgres")]
mod client;

use std::{error::Error, fs, path::Path};

#[cfg(feature = "mysql")]
use rustls::pki_types::PrivateKeyDer;
use rustls::{
    CertificateError,
    pki_types::{CertificateDer, pem::PemObject as _},
};

use super::{
    failure::{ConnectReason, plain},
    url::Tls,
};

#[cfg(feature = "postgres")]
pub(super) use client::client_config;

/// The authorities to trust: the file's, else the system's.
pub(super) fn authorities(tls: &Tls) -> Result<Vec<CertificateDer<'static>>, String> {
    match tls.root_cert.as_deref() {
        Some(path) if path != Path::new("system") => certificates(path),
        _ => Ok(rustls_native_certs::load_native_certs().certs),
    }
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let bytes = fs::read(path).map_err(|error| format!("`{}`: {error}", path.display()))?;
    let found: Vec<_> = CertificateDer::pem_slice_iter(&bytes)
        .collect::<Result<_, _>>()
        .map_err(|error| format!("`{}`: {error}", path.display()))?;
    if found.is_empty() {
        return Err(format!("`{}` holds no certificate", path.display()));
    }
    Ok(found)
}

/// A client's RSA key as PKCS#1, which is all that mysql_async takes.
#[cfg(feature = "mysql")]
pub(super) fn rsa_key(path: &Path) -> Result<Vec<u8>, String> {
    let key = PrivateKeyDer::from_pem_file(path)
        .map_err(|error| format!("`{}`: {error}", path.display()))?;
    match &key {
        PrivateKeyDer::Pkcs1(key) => Some(key.secret_pkcs1_der()),
        PrivateKeyDer::Pkcs8(key) => inside_pkcs8(key.secret_pkcs8_der()),
        _ => None,
    }
    .map(ToOwned::to_owned)
    .ok_or_else(|| {
        format!(
            "`{}` holds no RSA key, and MySQL connections take no other kind",
            path.display()
        )
    })
}

/// The PKCS#1 key that a PKCS#8 one of the RSA kind holds.
#[cfg(feature = "mysql")]
fn inside_pkcs8(der: &[u8]) -> Option<&[u8]> {
    /// `rsaEncryption` of <https://www.rfc-editor.org/rfc/rfc8017#appendix-A.1>.
    const RSA: pkcs8::ObjectIdentifier =
        pkcs8::ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
    let key = pkcs8::PrivateKeyInfo::try_from(der).ok()?;
    (key.algorithm.oid == RSA).then_some(key.private_key)
}

/// A host name that a certificate, refused only for its name, is for: `None` when that was not the
/// reason, or when it is for no name at all.
#[cfg(feature = "mysql")]
pub(super) fn presented_name(error: &(dyn Error + 'static)) -> Option<String> {
    let rustls::Error::InvalidCertificate(CertificateError::NotValidForNameContext {
        presented,
        ..
    }) = verdict(error)?
    else {
        return None;
    };
    // As webpki writes them: `DnsName("*.example.org")`, `IpAddress(127.0.0.1)`.
    presented.iter().find_map(|name| {
        let name = name.strip_prefix("DnsName(\"")?.strip_suffix("\")")?;
        let name = name
            .strip_prefix("*.")
            .map_or_else(|| name.to_owned(), |domain| format!("any.{domain}"));
        Some(name)
    })
}

/// Finds rustls' verdict in an error's chain of causes.
fn verdict<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let inside = error
            .downcast_ref::<std::io::Error>()
            .and_then(|io| io.get_ref())
            .and_then(|inner| inner.downcast_ref());
        if let Some(verdict) = error.downcast_ref().or(inside) {
            return Some(verdict);
        }
        cause = error.source();
    }
    None
}

/// Finds rustls' verdict, or the system's, in an error's chain of causes.
pub(super) fn reason(error: &(dyn Error + 'static), host: &str) -> Option<(ConnectReason, String)> {
    if let Some(verdict) = verdict(error) {
        return Some((of_verdict(verdict, host), verdict.to_string()));
    }
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(io) = error.downcast_ref::<std::io::Error>() {
            let reason = match io.kind() {
                std::io::ErrorKind::ConnectionRefused | std::io::ErrorKind::NotFound => {
                    ConnectReason::Refused
                }
                std::io::ErrorKind::TimedOut => ConnectReason::TimedOut,
                std::io::ErrorKind::PermissionDenied => ConnectReason::Forbidden,
                std::io::ErrorKind::ConnectionReset | std::io::ErrorKind::UnexpectedEof => {
                    ConnectReason::Starting
                }
                _ if io.to_string().contains("lookup") => ConnectReason::UnknownHost,
                _ => ConnectReason::Other,
            };
            return Some((reason, plain(&io.to_string())));
        }
        cause = error.source();
    }
    None
}

fn of_verdict(verdict: &rustls::Error, host: &str) -> ConnectReason {
    match verdict {
        rustls::Error::InvalidCertificate(
            CertificateError::UnknownIssuer | CertificateError::BadSignature,
        ) => ConnectReason::TlsUnknownIssuer,
        rustls::Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        ) => ConnectReason::TlsWrongHost {
            host: host.to_owned(),
        },
        _ => ConnectReason::Tls,
    }
}
