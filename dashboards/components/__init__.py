"""Parts of pages that draw; each owns its Streamlit calls."""
