//# env: CARGO_NET_OFFLINE=false
//# stdout: hits=(?<more>\d+) failed=0 out: index 0 user 7 v1 quote v1 count 1$
//# edit 1: s/"user {id} v1"/"user {id} v2"/
//# patched: user; hot user; not main; not index
//# stdout: hits=(?<more>\d+) failed=0 out: index 0 user 7 v2 quote v1 count 1$
//# edit 2: s/"quote v1"/"quote v2"/
//# edit 2: s/count: self.0/count: self.0 + 1/
//# patched: quoted, Fixed::count; hot quoted; not main
//# stdout: hits=(?<more>\d+) failed=0 out: index 0 user 7 v2 quote v2 count 2$
//# saves 100 every 120ms: s/"index 0"/"index {n}"/
//# stdout: hits=(?<more>\d+) failed=0 out: index 100 user 7 v2 quote v2 count 2$
//# patches: 1000ms
//# never-stdout: failed=[^0]
//# oracle

use std::error::Error;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::{scope, sleep};
use std::time::Duration;

use async_trait::async_trait;
use axum::extract::{Path, State};
use axum::routing::get;
use axum::{Json, Router};
use hot_runtime::hot;
use serde::Serialize;

#[derive(Serialize)]
struct Count {
    count: u32,
}

#[async_trait]
trait Counts: Send + Sync {
    async fn count(&self) -> Count;
}

struct Fixed(u32);

#[hot]
#[async_trait]
impl Counts for Fixed {
    async fn count(&self) -> Count {
        tokio::task::yield_now().await;
        Count { count: self.0 }
    }
}

type Shared = Arc<dyn Counts>;

#[hot]
async fn index() -> &'static str {
    "index 0"
}

#[hot]
async fn user(Path(id): Path<u32>) -> String {
    tokio::time::sleep(Duration::from_millis(1)).await;
    format!("user {id} v1")
}

#[tracing::instrument(skip(_state))]
#[hot]
async fn quoted(State(_state): State<Shared>) -> String {
    "quote v1".to_owned()
}

#[hot]
async fn count(State(state): State<Shared>) -> Json<Count> {
    Json(state.count().await)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let state: Shared = Arc::new(Fixed(1));
    let router = Router::new()
        .route("/", get(index))
        .route("/user/{id}", get(user))
        .route("/quote", get(quoted))
        .route("/count", get(count))
        .with_state(state);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    std::thread::spawn(move || generate_load(address));
    axum::serve(listener, router.into_make_service()).await?;
    Ok(())
}

/// Two clients that never pause, and one that tells what it was answered.
fn generate_load(address: SocketAddr) {
    let (hits, failed) = (AtomicU32::new(0), AtomicU32::new(0));
    let ask = &|path: &str| {
        hits.fetch_add(1, Ordering::Relaxed);
        answer(address, path).unwrap_or_else(|error| {
            eprintln!("{path}: {error}");
            failed.fetch_add(1, Ordering::Relaxed);
            "nothing".to_owned()
        })
    };
    scope(|scope| {
        for path in ["/", "/user/1"] {
            scope.spawn(move || {
                loop {
                    ask(path);
                    sleep(Duration::from_millis(2));
                }
            });
        }
        loop {
            let answers = [ask("/"), ask("/user/7"), ask("/quote"), ask("/count")];
            let text = answers.join(" ").replace("{\"count\":", "count ").replace('}', "");
            println!("hits={} failed={} out: {text}", hits.load(Ordering::Relaxed), failed.load(Ordering::Relaxed));
            sleep(Duration::from_millis(20));
        }
    });
}

fn answer(address: SocketAddr, path: &str) -> Result<String, Box<dyn Error>> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    let (head, body) = text.split_once("\r\n\r\n").ok_or("no answer")?;
    if !head.starts_with("HTTP/1.1 200") {
        return Err(head.to_owned().into());
    }
    Ok(body.to_owned())
}
