"""Parts of pages that draw; each makes its own Streamlit calls."""
