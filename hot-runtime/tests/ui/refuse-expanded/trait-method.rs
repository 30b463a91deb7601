use hot_runtime::hot;

struct Player;

impl Clone for Player {
    #[hot]
    fn clone(&self) -> Self {
        Player
    }
}

fn main() {
    let _ = Player.clone();
}
